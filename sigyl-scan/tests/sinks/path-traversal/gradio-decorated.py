import gradio as gr

with gr.Blocks() as demo:
    name = gr.Textbox()
    answer = gr.Textbox()

    @gr.on([name.submit], inputs=[name], outputs=answer)
    def read(name):
        """Reads a note."""
        with open("/srv/notes/" + name) as file:
            return file.read()


demo.launch(mcp_server=True)
