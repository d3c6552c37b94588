from elasticsearch import Elasticsearch
es = Elasticsearch("https://search.acme.io:9200", verify_certs=True, ca_certs="/etc/ssl/ca.pem")
