from starlette.responses import RedirectResponse
async def logout(request):
    response = RedirectResponse("/")
    response.delete_cookie("session_id")
    return response
