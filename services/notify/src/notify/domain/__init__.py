"""The rules of reaching people and telling partners; pure, so that they can be read aloud and reviewed."""
