INSERT INTO pets VALUES (1, 'dog');
