import os
from itsdangerous import URLSafeTimedSerializer
signer = URLSafeTimedSerializer(os.environ["SIGNING_KEY"], salt="login")
