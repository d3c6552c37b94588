import gradio as gr

import accounts


def shout(text):
    """Says it aloud."""
    return text.upper()


def check(name, password):
    return accounts.verify(name, password)


demo = gr.Interface(fn=shout, inputs="text", outputs="text")
demo.launch(mcp_server=True, server_name="0.0.0.0", auth=check)
