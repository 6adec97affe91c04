"""The payment page, the sandbox's own page, and the webhooks."""
