"""Second look at the best candidates: models that read question and passage together."""
