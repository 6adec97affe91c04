"""How much of the rules and services the tests would miss if it were broken."""
