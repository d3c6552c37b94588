module srv

go 1.23

require (
	example.org/acme/bytes v0.5.0 // indirect
)
