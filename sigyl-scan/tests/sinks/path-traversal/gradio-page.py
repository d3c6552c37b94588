import gradio as gr


def read(path, lines):
    """Reads the first lines of a file.

    Args:
        path: Where it is.
        lines: How many lines.
    """
    with open(path) as file:
        return "".join(file.readlines()[: int(lines)])


with gr.Blocks() as demo:
    path = gr.Textbox(label="Path")
    lines = gr.Number(value=10)
    answer = gr.Textbox()
    button = gr.Button("Read")
    button.click(read, inputs=[path, lines], outputs=answer, api_name="read")

if __name__ == "__main__":
    demo.launch(mcp_server=True)
