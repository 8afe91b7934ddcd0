"""notify owns messages to people and the telling of partners: who may be reached, what was sent, who hears what."""
