CREATE TABLE pets (id BIGINT NOT NULL, parent_id BIGINT, CONSTRAINT pk_pets PRIMARY KEY (id), CONSTRAINT fk_parent FOREIGN KEY (parent_id) REFERENCES pets (id));
