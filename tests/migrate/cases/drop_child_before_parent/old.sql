CREATE TABLE owners (id BIGINT NOT NULL, CONSTRAINT pk_owners PRIMARY KEY (id));
CREATE TABLE pets (id BIGINT NOT NULL, owner_id BIGINT, CONSTRAINT pk_pets PRIMARY KEY (id), CONSTRAINT fk_o FOREIGN KEY (owner_id) REFERENCES owners (id));
CREATE INDEX ix_pets_owner_id ON pets (owner_id);
