from shared.store.migrations import run_environment

run_environment()
