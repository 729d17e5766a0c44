CREATE TABLE badges (
    id INTEGER PRIMARY KEY,
    motto VARCHAR,
    team_id BIGINT,
    CONSTRAINT fk_badges_team_id_teams FOREIGN KEY (team_id) REFERENCES teams (id)
);
CREATE TABLE bins (
    id INTEGER PRIMARY KEY
);
CREATE TABLE countries (
    code VARCHAR(2) NOT NULL,
    name VARCHAR,
    CONSTRAINT pk_countries PRIMARY KEY (code)
);
CREATE UNIQUE INDEX ix_countries_name ON countries (name);
CREATE TABLE nodes (
    id INTEGER PRIMARY KEY,
    name VARCHAR,
    parent_id BIGINT,
    CONSTRAINT fk_nodes_parent_id_nodes FOREIGN KEY (parent_id) REFERENCES nodes (id)
);
CREATE TABLE notes (
    id INTEGER PRIMARY KEY,
    text VARCHAR DEFAULT 'empty',
    data BLOB,
    done BOOLEAN NOT NULL,
    rank SMALLINT DEFAULT 7,
    weight DOUBLE PRECISION NOT NULL,
    written TIMESTAMP NOT NULL,
    due_on DATE,
    CONSTRAINT uq_notes_text_rank UNIQUE (text, rank),
    CONSTRAINT ck_notes_light CHECK (weight >= 0)
);
CREATE INDEX ix_notes_due_on ON notes (due_on) WHERE not done;
CREATE UNIQUE INDEX ix_notes_due_on_2 ON notes (due_on) WHERE done;
CREATE INDEX ix_notes_rank_text ON notes (rank, text);
CREATE INDEX ix_notes_by_text ON notes ((lower(text)), due_on DESC, (coalesce(rank, 0)));
CREATE TABLE nuts (
    id INTEGER PRIMARY KEY,
    size INTEGER NOT NULL,
    bin_id BIGINT,
    CONSTRAINT fk_nuts_bin_id_bins FOREIGN KEY (bin_id) REFERENCES bins (id)
);
CREATE INDEX ix_nuts_bin_id ON nuts (bin_id);
CREATE TABLE owners (
    id INTEGER PRIMARY KEY,
    name VARCHAR(20)
);
CREATE TABLE pets (
    id INTEGER PRIMARY KEY,
    name VARCHAR,
    species VARCHAR,
    age INTEGER,
    owner_id BIGINT,
    CONSTRAINT fk_pets_owner_id_owners FOREIGN KEY (owner_id) REFERENCES owners (id)
);
CREATE TABLE players (
    id INTEGER PRIMARY KEY,
    name VARCHAR,
    team_id BIGINT NOT NULL,
    CONSTRAINT uq_players_name UNIQUE (name),
    CONSTRAINT fk_players_team_id_teams FOREIGN KEY (team_id) REFERENCES teams (id),
    CONSTRAINT ck_players_name CHECK (name <> 'nobody')
);
CREATE TABLE teams (
    id INTEGER PRIMARY KEY,
    name VARCHAR(10) NOT NULL
);
CREATE TABLE tickets (
    id INTEGER PRIMARY KEY,
    team_id BIGINT NOT NULL,
    CONSTRAINT fk_tickets_team_id_teams FOREIGN KEY (team_id) REFERENCES teams (id)
);
CREATE TABLE visits (
    id INTEGER PRIMARY KEY,
    day DATE NOT NULL,
    pet_id BIGINT,
    CONSTRAINT fk_visits_pet_id_pets FOREIGN KEY (pet_id) REFERENCES pets (id)
);
