module srv

require example.org/acme/bytes v0.5.1
