USERS = {
    "ada": {"role": "admin", "access_token": "at_5f81c0d2b7e94a36c1d7e0f2"},
    "bob": {"role": "user", "access_token": "at_93be7a1fd2c05846b9a3c1de"},
}
