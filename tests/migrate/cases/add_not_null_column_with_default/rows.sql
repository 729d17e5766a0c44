INSERT INTO pets (id) VALUES (1), (2);
