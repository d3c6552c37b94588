import gradio as gr


def read(name, page):
    """Reads a page of one of the books."""
    with open(f"/srv/books/{name}-{page}.txt") as file:
        return file.read()


demo = gr.Interface(
    fn=read,
    inputs=[gr.Dropdown(["emma", "persuasion"]), "number"],
    outputs="text",
)
demo.launch(mcp_server=True)
