"""One small total language that forms, flows, rules and reports share. The rules: README.md. Twin: pwa/src/engines/expressions."""
