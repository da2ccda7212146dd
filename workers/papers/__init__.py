"""Papers as documents: what a paper says in, DOCX and XLSX out; no database, no network."""
