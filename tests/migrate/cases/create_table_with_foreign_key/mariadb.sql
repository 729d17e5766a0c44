CREATE TABLE owners (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(80) NOT NULL
);
CREATE TABLE pets (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name LONGTEXT,
    owner_id BIGINT,
    CONSTRAINT fk_pets_owner_id_owners FOREIGN KEY (owner_id) REFERENCES owners (id)
);
CREATE INDEX ix_pets_owner_id ON pets (owner_id);
