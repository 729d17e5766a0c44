CREATE TABLE shapes (
    id INTEGER PRIMARY KEY,
    kind SMALLINT NOT NULL
);
CREATE TABLE circles (
    id BIGINT NOT NULL,
    radius DOUBLE PRECISION NOT NULL,
    CONSTRAINT pk_circles PRIMARY KEY (id),
    CONSTRAINT fk_circles_id_shapes FOREIGN KEY (id) REFERENCES shapes (id) ON DELETE CASCADE
);
CREATE TABLE panels (
    code VARCHAR(10) NOT NULL,
    name VARCHAR(7) NOT NULL,
    kind VARCHAR(6) NOT NULL,
    CONSTRAINT pk_panels PRIMARY KEY (code),
    CONSTRAINT ck_panels_kind_enum CHECK (kind IN ('panel', 'square'))
);
CREATE TABLE squares (
    code VARCHAR(10) NOT NULL,
    side INTEGER NOT NULL,
    first_id BIGINT,
    CONSTRAINT pk_squares PRIMARY KEY (code),
    CONSTRAINT uq_squares_side UNIQUE (side),
    CONSTRAINT fk_squares_code_panels FOREIGN KEY (code) REFERENCES panels (code) ON DELETE CASCADE,
    CONSTRAINT fk_squares_first_id_shapes FOREIGN KEY (first_id) REFERENCES shapes (id)
);
CREATE TABLE firms (
    id INTEGER PRIMARY KEY,
    name VARCHAR
);
CREATE TABLE employees (
    id INTEGER PRIMARY KEY,
    kind VARCHAR(20) NOT NULL,
    name VARCHAR,
    revision INTEGER NOT NULL,
    firm_id BIGINT,
    boss_id BIGINT,
    grade INTEGER,
    car VARCHAR NOT NULL DEFAULT 'none',
    CONSTRAINT fk_employees_firm_id_firms FOREIGN KEY (firm_id) REFERENCES firms (id),
    CONSTRAINT fk_employees_boss_id_employees FOREIGN KEY (boss_id) REFERENCES employees (id)
);
CREATE INDEX ix_employees_grade ON employees (grade);
CREATE TABLE engineers (
    id BIGINT NOT NULL,
    language VARCHAR,
    employer_id BIGINT,
    team VARCHAR,
    CONSTRAINT pk_engineers PRIMARY KEY (id),
    CONSTRAINT fk_engineers_id_employees FOREIGN KEY (id) REFERENCES employees (id) ON DELETE CASCADE,
    CONSTRAINT fk_engineers_employer_id_firms FOREIGN KEY (employer_id) REFERENCES firms (id)
);
CREATE TABLE contractors (
    id BIGINT NOT NULL,
    rate INTEGER NOT NULL,
    CONSTRAINT pk_contractors PRIMARY KEY (id),
    CONSTRAINT fk_contractors_id_engineers FOREIGN KEY (id) REFERENCES engineers (id) ON DELETE CASCADE,
    CONSTRAINT ck_contractors_rate CHECK (rate >= 0)
);
CREATE TABLE laptops (
    id INTEGER PRIMARY KEY,
    model VARCHAR,
    engineer_id BIGINT,
    CONSTRAINT fk_laptops_engineer_id_engineers FOREIGN KEY (engineer_id) REFERENCES engineers (id)
);
CREATE TABLE skills (
    id INTEGER PRIMARY KEY,
    name VARCHAR
);
CREATE TABLE engineer_skills (
    skill_id BIGINT NOT NULL,
    engineer_id BIGINT NOT NULL,
    CONSTRAINT pk_engineer_skills PRIMARY KEY (skill_id, engineer_id),
    CONSTRAINT fk_engineer_skills_skill_id_skills FOREIGN KEY (skill_id) REFERENCES skills (id),
    CONSTRAINT fk_engineer_skills_engineer_id_engineers FOREIGN KEY (engineer_id) REFERENCES engineers (id)
);
CREATE INDEX ix_engineer_skills_engineer_id ON engineer_skills (engineer_id)