from contextlib import contextmanager

from mcp.server.fastmcp import FastMCP
from sqlalchemy import create_engine, text
from sqlalchemy.orm import sessionmaker

engine = create_engine("sqlite:///library.db")
Session = sessionmaker(bind=engine)
mcp = FastMCP("library")


@contextmanager
def session_scope():
    session = Session()
    try:
        yield session
        session.commit()
    finally:
        session.close()


@mcp.tool()
def books_by(author: str, year: int = 0) -> list:
    """Books of an author."""
    with session_scope() as session:
        statement = text("SELECT title FROM books WHERE author LIKE '%" + author + "%' AND year >= :year")
        rows = session.execute(statement, {"year": year})
        return [row.title for row in rows]
