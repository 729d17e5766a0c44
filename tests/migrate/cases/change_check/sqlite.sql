CREATE TABLE kin_new_t (
    x INTEGER,
    CONSTRAINT ck_t_x CHECK (x > -1)
);
INSERT INTO kin_new_t (rowid, x) SELECT rowid, x FROM t;
DROP TABLE t;
PRAGMA legacy_alter_table = ON;
ALTER TABLE kin_new_t RENAME TO t;
PRAGMA legacy_alter_table = OFF;
