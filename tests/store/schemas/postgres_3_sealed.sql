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
INSERT INTO face_sign_in.audit VALUES (1, '{"n":1,"time":"2026-11-25T07:48:45.327Z","event":"register","user":"andrew","modelId":"sample-8d","added":2,"replaced":0,"previous":"0000000000000000000000000000000000000000000000000000000000000000"}');
INSERT INTO face_sign_in.audit VALUES (2, '{"n":2,"time":"2026-11-25T07:48:45.327Z","event":"register","user":"Zoë","modelId":"sample-8d","added":1,"replaced":0,"previous":"bc2f6f4028ca4dc658a97b33c38bef916d80d265f8657c0977b9ae624edf4ebd"}');
INSERT INTO face_sign_in.audit VALUES (3, '{"n":3,"time":"2026-11-25T07:48:45.340Z","event":"register","user":"hana","modelId":"sample-8d","added":1,"replaced":0,"previous":"71affff456cdb8f3af841f7a504f271a9df68f83b8f0cea451510521b406db67"}');
INSERT INTO face_sign_in.audit VALUES (4, '{"n":4,"time":"2026-11-25T07:48:45.343Z","event":"remove","user":"hana","templates":1,"previous":"2514455bdae04a1e5f9c24ab0d2f361f92fa8f1d54d7c890bdb862f164a1147a"}');
INSERT INTO face_sign_in.audit VALUES (5, '{"n":5,"time":"2026-11-25T07:48:45.345Z","event":"sign-in","decision":"rejected","claimed":"hana","user":null,"distance":0.7,"threshold":0.5,"modelId":"sample-8d","door":"127.0.0.1","previous":"c94d0c27a892e3429a345f54fd2d89a3f8f199c1fefc823ae93f27d8deb561f2"}');
INSERT INTO face_sign_in.audit_head VALUES (1, 5, '6bcf396854e8a7ab34f7cd39054d1b9519c52db3a9362f20b0e1e6daeb443165');
INSERT INTO face_sign_in.chips VALUES (2, '\xa7c62d47819f60d07112cc1606b93159b298a756bc43b8ab59bb1b8d4639213c1e1821f3001b3660');
INSERT INTO face_sign_in.migrations VALUES (1);
INSERT INTO face_sign_in.migrations VALUES (2);
INSERT INTO face_sign_in.migrations VALUES (3);
INSERT INTO face_sign_in.removals VALUES (4, 3);
INSERT INTO face_sign_in.state VALUES (1, 'sample-8d', 8, 3, 'a7c62d47819f60d0', NULL);
INSERT INTO face_sign_in.templates OVERRIDING SYSTEM VALUE VALUES (1, 1, 'photo_1.jpg', '0000000000000000000000000000000000000000000000000000000000000001', '2026-01-01T00:00:01.000Z', '\xa7c62d47819f60d0d08e299f17171c9226ad060a684ce83127aa7b98eeb852db757f194956c499e59919805f3d0612057252d49fcc8d1824e5d34a38b57c796ca5245f6c', 1);
INSERT INTO face_sign_in.templates OVERRIDING SYSTEM VALUE VALUES (2, 2, 'photo_2.jpg', '0000000000000000000000000000000000000000000000000000000000000002', '2026-01-01T00:00:02.000Z', '\xa7c62d47819f60d0fe8d341bd62a64fef52ad3abd3b57b272dc7460d369accc3ac56f179269aaef658c6a412089d91a9e9644e5918c6d319342a4fd76cc5152d52bf4e6c', 1);
INSERT INTO face_sign_in.templates OVERRIDING SYSTEM VALUE VALUES (3, 1, 'photo_3.jpg', '0000000000000000000000000000000000000000000000000000000000000003', '2026-01-01T00:00:03.000Z', '\xa7c62d47819f60d00a28b4143a7fe78c2271156909920eff407d66de9f382343a5dd005056c79048fc0433ce9f033d7faf8573bce0b56b68a1518ff77d3d7a830206d249', 1);
INSERT INTO face_sign_in.users OVERRIDING SYSTEM VALUE VALUES (1, 'andrew', 'andrew');
INSERT INTO face_sign_in.users OVERRIDING SYSTEM VALUE VALUES (2, 'Zoë', 'zoë');
SELECT pg_catalog.setval('face_sign_in.templates_id_seq', 4, true);
SELECT pg_catalog.setval('face_sign_in.users_id_seq', 3, true);
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
CREATE INDEX templates_by_change ON face_sign_in.templates USING btree (change, id);
ALTER TABLE ONLY face_sign_in.chips
    ADD CONSTRAINT chips_template_id_fkey FOREIGN KEY (template_id) REFERENCES face_sign_in.templates(id) ON DELETE CASCADE;
ALTER TABLE ONLY face_sign_in.templates
    ADD CONSTRAINT templates_user_id_fkey FOREIGN KEY (user_id) REFERENCES face_sign_in.users(id) ON DELETE CASCADE;
