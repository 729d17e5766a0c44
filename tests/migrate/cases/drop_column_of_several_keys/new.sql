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
    PRIMARY KEY (id)
);
