"""Examples that many fields share, for the OpenAPI document."""

AN_ID = "01936d3e-5f00-7000-8000-000000000001"
AN_INSTANT = "2026-11-02T15:00:00+00:00"
