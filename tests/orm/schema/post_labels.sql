CREATE TABLE post_labels (
    post_id BIGINT NOT NULL,
    label_id BIGINT NOT NULL,
    CONSTRAINT pk_post_labels PRIMARY KEY (post_id, label_id),
    CONSTRAINT fk_post_labels_post_id_posts FOREIGN KEY (post_id) REFERENCES posts (id),
    CONSTRAINT fk_post_labels_label_id_labels FOREIGN KEY (label_id) REFERENCES labels (id)
)
CREATE INDEX ix_post_labels_label_id ON post_labels (label_id)