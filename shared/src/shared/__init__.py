"""What every Afterglow service uses, and nothing that knows a service.

`events` is the language, `store` what happens in one transaction, `bus` what crosses the wire, `measures` the
validated instruments, `web` Flask as it is the same everywhere, `local` the servers that a laptop starts for itself,
`testing` the tests' pytest plugin.
"""
