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
CREATE TABLE face_sign_in.contract (
    id integer NOT NULL,
    model_id text,
    dimensions integer,
    revision bigint DEFAULT 0 NOT NULL,
    CONSTRAINT contract_dimensions_check CHECK ((dimensions > 0)),
    CONSTRAINT contract_id_check CHECK ((id = 1))
);
CREATE TABLE face_sign_in.migrations (
    version integer NOT NULL
);
CREATE TABLE face_sign_in.templates (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    photo text NOT NULL COLLATE pg_catalog."C",
    photo_sha256 text NOT NULL,
    created_at text NOT NULL,
    sealed boolean NOT NULL,
    embedding bytea NOT NULL,
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
    name text NOT NULL COLLATE pg_catalog."C"
);
ALTER TABLE face_sign_in.users ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME face_sign_in.users_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
INSERT INTO face_sign_in.attempts VALUES ('andrew', 1, 1795581184036);
INSERT INTO face_sign_in.audit VALUES (1, '{"n":1,"time":"2026-11-25T04:33:04.032Z","event":"register","user":"andrew","modelId":"sample-8d","added":2,"replaced":0,"previous":"0000000000000000000000000000000000000000000000000000000000000000"}');
INSERT INTO face_sign_in.audit VALUES (2, '{"n":2,"time":"2026-11-25T04:33:04.032Z","event":"register","user":"Zoë","modelId":"sample-8d","added":1,"replaced":0,"previous":"13d2297220203633a76968560d7f3c58ca2618b96a39ca409ac7ef9c638e1751"}');
INSERT INTO face_sign_in.audit_head VALUES (1, 2, 'f7bf4b1087a1ff6ac1dd13068148e6ea52026afd4383ec214677ace477a70709');
INSERT INTO face_sign_in.contract VALUES (1, 'sample-8d', 8, 1);
INSERT INTO face_sign_in.migrations VALUES (1);
INSERT INTO face_sign_in.migrations VALUES (2);
INSERT INTO face_sign_in.templates OVERRIDING SYSTEM VALUE VALUES (1, 1, 'photo_1.jpg', '0000000000000000000000000000000000000000000000000000000000000001', '2026-01-01T00:00:01.000Z', true, '\xa7c62d47819f60d07333d2362b00b4598904c1931d429cb647d5088550d04b2130ef86c952dd13613a2a7a238fad08f32a7767e7bd5718f26a9e9a0dcb64952c73855acc');
INSERT INTO face_sign_in.templates OVERRIDING SYSTEM VALUE VALUES (2, 2, 'photo_2.jpg', '0000000000000000000000000000000000000000000000000000000000000002', '2026-01-01T00:00:02.000Z', true, '\xa7c62d47819f60d09e53e7a50c3973dd41738542c6081096fc86218367ada454e4e72ca9b64d347a6326122262b0818255f8201363cd451e964a8216247f195de9db7df1');
INSERT INTO face_sign_in.templates OVERRIDING SYSTEM VALUE VALUES (3, 1, 'photo_3.jpg', '0000000000000000000000000000000000000000000000000000000000000003', '2026-01-01T00:00:03.000Z', true, '\xa7c62d47819f60d0195009eeeef1de3a1da33bcbaaa49389bc77edd30ede680922f3623a2f5863709772f6d12428cd767434ba751c4c7205c0b79e28e5005b8b433b03ed');
INSERT INTO face_sign_in.users OVERRIDING SYSTEM VALUE VALUES (1, 'andrew');
INSERT INTO face_sign_in.users OVERRIDING SYSTEM VALUE VALUES (2, 'Zoë');
SELECT pg_catalog.setval('face_sign_in.templates_id_seq', 3, true);
SELECT pg_catalog.setval('face_sign_in.users_id_seq', 2, true);
ALTER TABLE ONLY face_sign_in.attempts
    ADD CONSTRAINT attempts_pkey PRIMARY KEY (name);
ALTER TABLE ONLY face_sign_in.audit_head
    ADD CONSTRAINT audit_head_pkey PRIMARY KEY (id);
ALTER TABLE ONLY face_sign_in.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (n);
ALTER TABLE ONLY face_sign_in.contract
    ADD CONSTRAINT contract_pkey PRIMARY KEY (id);
ALTER TABLE ONLY face_sign_in.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (version);
ALTER TABLE ONLY face_sign_in.templates
    ADD CONSTRAINT templates_pkey PRIMARY KEY (id);
ALTER TABLE ONLY face_sign_in.templates
    ADD CONSTRAINT templates_user_id_photo_key UNIQUE (user_id, photo);
ALTER TABLE ONLY face_sign_in.users
    ADD CONSTRAINT users_name_key UNIQUE (name);
ALTER TABLE ONLY face_sign_in.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
ALTER TABLE ONLY face_sign_in.templates
    ADD CONSTRAINT templates_user_id_fkey FOREIGN KEY (user_id) REFERENCES face_sign_in.users(id) ON DELETE CASCADE;
