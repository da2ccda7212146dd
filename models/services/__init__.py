"""Use cases: each public function is one transaction and safe to run twice."""
