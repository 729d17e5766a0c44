CREATE TABLE pets (id BIGINT NOT NULL, age INTEGER, CONSTRAINT pk_pets PRIMARY KEY (id));
CREATE INDEX ix_pets_age ON pets (age);
