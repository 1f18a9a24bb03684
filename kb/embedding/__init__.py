"""Dense vectors: the Embedder port, its engines, and the cache in front of them."""
