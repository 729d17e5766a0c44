ALTER TABLE pets MODIFY COLUMN kind ENUM('dog', 'cat', 'newt') NOT NULL;
