ALTER TABLE pets ALTER COLUMN kind TYPE ENUM('dog', 'cat', 'newt');
