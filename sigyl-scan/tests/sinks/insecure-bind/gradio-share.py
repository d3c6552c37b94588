import gradio as gr


def shout(text):
    """Says it aloud."""
    return text.upper()


demo = gr.Interface(fn=shout, inputs="text", outputs="text")
demo.launch(mcp_server=True, share=True)
