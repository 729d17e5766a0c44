CREATE TABLE pets (id INTEGER NOT NULL, kind ENUM ('dog', 'cat') NOT NULL, CONSTRAINT pk_pets PRIMARY KEY (id));
