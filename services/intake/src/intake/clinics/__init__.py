"""The clinics of the deployment: what is in force at each, since when, by whom. Laid out like a service of its own."""
