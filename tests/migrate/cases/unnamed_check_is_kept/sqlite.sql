CREATE TABLE kin_new_t (
    x INTEGER,
    y BIGINT,
    CHECK (x > 0)
);
INSERT INTO kin_new_t (rowid, x, y) SELECT rowid, x, y FROM t;
DROP TABLE t;
PRAGMA legacy_alter_table = ON;
ALTER TABLE kin_new_t RENAME TO t;
PRAGMA legacy_alter_table = OFF;
