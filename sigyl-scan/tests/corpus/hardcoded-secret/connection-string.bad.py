from sqlalchemy import create_engine

engine = create_engine("postgresql+psycopg://etl:Zw9rTq-41x@warehouse.acme.io:5432/dwh")
