"""Cases (算例): a ruleset tested like a program, by made-up people with the results expected of them."""
