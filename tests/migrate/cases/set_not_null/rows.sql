INSERT INTO pets VALUES (1, 'Ben');
