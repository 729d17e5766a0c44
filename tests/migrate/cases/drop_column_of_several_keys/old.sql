CREATE TABLE owners (
    id INTEGER NOT NULL,
    town INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_owners_id_town UNIQUE (id, town)
);
CREATE TABLE pets (
    id INTEGER NOT NULL,
    name VARCHAR(20),
    owner_id INTEGER,
    owner_town INTEGER,
    PRIMARY KEY (id),
    UNIQUE (name, owner_town),
    CONSTRAINT uq_pets_owner_town_id UNIQUE (owner_town, id),
    CONSTRAINT ck_pets_owner CHECK (owner_id > 0 OR owner_town > 0),
    CONSTRAINT fk_owner FOREIGN KEY (owner_id, owner_town) REFERENCES owners (id, town)
);
CREATE INDEX ix_pets_town_name ON pets (owner_town, name);
