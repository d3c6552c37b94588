from elasticsearch import Elasticsearch
es = Elasticsearch("https://search.acme.io:9200", verify_certs=False)
