"""The service behind the hosts: stateless, endpoints pure, any number of copies side by side."""
