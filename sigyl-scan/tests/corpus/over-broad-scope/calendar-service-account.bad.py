from fastmcp import FastMCP
from google.oauth2 import service_account
from googleapiclient.discovery import build

CALENDAR_SCOPES = ["https://www.googleapis.com/auth/calendar"]

credentials = service_account.Credentials.from_service_account_file("/run/keys/calendar.json", scopes=CALENDAR_SCOPES)
calendar = build("calendar", "v3", credentials=credentials)
mcp = FastMCP("team-calendar")


@mcp.tool
def list_events(calendar_id: str, after: str) -> list[str]:
    """Lists the events after a time."""
    found = calendar.events().list(calendarId=calendar_id, timeMin=after, singleEvents=True).execute()
    return [event.get("summary", "") for event in found["items"]]


@mcp.tool
def find_free_rooms(after: str, before: str) -> dict:
    """Finds rooms that nobody has booked."""
    return calendar.freebusy().query(body={"timeMin": after, "timeMax": before}).execute()


if __name__ == "__main__":
    mcp.run()
