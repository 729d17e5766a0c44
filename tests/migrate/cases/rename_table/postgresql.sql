ALTER TABLE pets RENAME TO animals;
