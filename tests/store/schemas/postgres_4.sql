CREATE SCHEMA face_sign_in;
CREATE TABLE face_sign_in.attempts (
    name text NOT NULL COLLATE pg_catalog."C",
    count integer NOT NULL,
    last_ms bigint NOT NULL
);
CREATE TABLE face_sign_in.audit (
    n bigint NOT NULL,
    line text NOT NULL
);
CREATE TABLE face_sign_in.audit_head (
    id integer NOT NULL,
    entries bigint NOT NULL,
    sha256 text NOT NULL,
    revision bigint DEFAULT 0 NOT NULL,
    mac text,
    CONSTRAINT audit_head_id_check CHECK ((id = 1))
);
CREATE TABLE face_sign_in.chips (
    template_id bigint NOT NULL,
    png bytea NOT NULL
);
CREATE TABLE face_sign_in.migrations (
    version integer NOT NULL
);
CREATE TABLE face_sign_in.removals (
    template_id bigint NOT NULL,
    change bigint NOT NULL
);
CREATE TABLE face_sign_in.state (
    id integer NOT NULL,
    model_id text,
    dimensions integer,
    revision bigint DEFAULT 0 NOT NULL,
    key_id text,
    calibration text,
    digest bytea,
    CONSTRAINT contract_dimensions_check CHECK ((dimensions > 0)),
    CONSTRAINT contract_id_check CHECK ((id = 1))
);
CREATE TABLE face_sign_in.templates (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    photo text NOT NULL COLLATE pg_catalog."C",
    photo_sha256 text NOT NULL,
    created_at text NOT NULL,
    embedding bytea NOT NULL,
    change bigint DEFAULT 0 NOT NULL,
    CONSTRAINT templates_photo_sha256_check CHECK ((length(photo_sha256) = 64))
);
ALTER TABLE face_sign_in.templates ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME face_sign_in.templates_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE face_sign_in.users (
    id bigint NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    folded text DEFAULT ''::text NOT NULL
);
ALTER TABLE face_sign_in.users ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME face_sign_in.users_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
INSERT INTO face_sign_in.audit VALUES (1, '{"n":1,"time":"2026-11-25T13:11:38.579Z","event":"register","user":1,"modelId":"sample-8d","added":2,"replaced":0,"previous":"0000000000000000000000000000000000000000000000000000000000000000"}');
INSERT INTO face_sign_in.audit VALUES (2, '{"n":2,"time":"2026-11-25T13:11:38.579Z","event":"register","user":2,"modelId":"sample-8d","added":1,"replaced":0,"previous":"6732dc815969d11eb4c712e033d44d8e7221f10c2e09f2f7f29aac536c8e1644"}');
INSERT INTO face_sign_in.audit_head VALUES (1, 2, '8d758c9260da67036741e9d1ccfa8482a295729f001bde3df27f5f5357e15eb5', 1, NULL);
INSERT INTO face_sign_in.chips VALUES (2, '\x89504e47');
INSERT INTO face_sign_in.migrations VALUES (1);
INSERT INTO face_sign_in.migrations VALUES (2);
INSERT INTO face_sign_in.migrations VALUES (3);
INSERT INTO face_sign_in.migrations VALUES (4);
INSERT INTO face_sign_in.state VALUES (1, 'sample-8d', 8, 1, NULL, NULL, NULL);
INSERT INTO face_sign_in.templates OVERRIDING SYSTEM VALUE VALUES (1, 1, 'photo_1.jpg', '0000000000000000000000000000000000000000000000000000000000000001', '2026-01-01T00:00:01.000Z', '\xac1f023e6c99febe9dd8e03c504cf63e3acfef3e672660be1018e73d7d0a623e', 1);
INSERT INTO face_sign_in.templates OVERRIDING SYSTEM VALUE VALUES (2, 2, 'photo_2.jpg', '0000000000000000000000000000000000000000000000000000000000000002', '2026-01-01T00:00:02.000Z', '\x7bdf6f3e9c3333be5adb5bbede761b3dbe25c03e2df9053e7c4d51ba752e12be', 1);
INSERT INTO face_sign_in.templates OVERRIDING SYSTEM VALUE VALUES (3, 1, 'photo_3.jpg', '0000000000000000000000000000000000000000000000000000000000000003', '2026-01-01T00:00:03.000Z', '\x2183613e7934ecbed16f33bd09a3d9bea4a8863e862b9abc336c59bc7a28adbe', 1);
INSERT INTO face_sign_in.users OVERRIDING SYSTEM VALUE VALUES (1, 'andrew', 'andrew');
INSERT INTO face_sign_in.users OVERRIDING SYSTEM VALUE VALUES (2, 'Zoë', 'zoë');
SELECT pg_catalog.setval('face_sign_in.templates_id_seq', 3, true);
SELECT pg_catalog.setval('face_sign_in.users_id_seq', 2, true);
ALTER TABLE ONLY face_sign_in.attempts
    ADD CONSTRAINT attempts_pkey PRIMARY KEY (name);
ALTER TABLE ONLY face_sign_in.audit_head
    ADD CONSTRAINT audit_head_pkey PRIMARY KEY (id);
ALTER TABLE ONLY face_sign_in.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (n);
ALTER TABLE ONLY face_sign_in.chips
    ADD CONSTRAINT chips_pkey PRIMARY KEY (template_id);
ALTER TABLE ONLY face_sign_in.state
    ADD CONSTRAINT contract_pkey PRIMARY KEY (id);
ALTER TABLE ONLY face_sign_in.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (version);
ALTER TABLE ONLY face_sign_in.removals
    ADD CONSTRAINT removals_pkey PRIMARY KEY (template_id);
ALTER TABLE ONLY face_sign_in.templates
    ADD CONSTRAINT templates_pkey PRIMARY KEY (id);
ALTER TABLE ONLY face_sign_in.templates
    ADD CONSTRAINT templates_user_id_photo_key UNIQUE (user_id, photo);
ALTER TABLE ONLY face_sign_in.users
    ADD CONSTRAINT users_name_key UNIQUE (name);
ALTER TABLE ONLY face_sign_in.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
CREATE INDEX attempts_by_time ON face_sign_in.attempts USING btree (last_ms);
CREATE INDEX removals_by_change ON face_sign_in.removals USING btree (change);
CREATE INDEX templates_by_bucket ON face_sign_in.templates USING btree (((user_id % (1024)::bigint)));
CREATE INDEX templates_by_change ON face_sign_in.templates USING btree (change, id);
ALTER TABLE ONLY face_sign_in.chips
    ADD CONSTRAINT chips_template_id_fkey FOREIGN KEY (template_id) REFERENCES face_sign_in.templates(id) ON DELETE CASCADE;
ALTER TABLE ONLY face_sign_in.templates
    ADD CONSTRAINT templates_user_id_fkey FOREIGN KEY (user_id) REFERENCES face_sign_in.users(id) ON DELETE CASCADE;
