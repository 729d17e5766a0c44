CREATE TABLE pets (id BIGINT NOT NULL, name VARCHAR(20), CONSTRAINT pk_pets PRIMARY KEY (id), CONSTRAINT uq_nm UNIQUE (name), CONSTRAINT ck_nm CHECK (length(name) > 1));
CREATE INDEX ix_nm ON pets (name) WHERE name IS NOT NULL;
