from src.worker.main import main

main()
